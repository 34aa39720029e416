/** A bundle as a service over HTTP. @module */
export { serve, type ServeOptions, type Service } from './service';
